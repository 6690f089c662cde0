// Reads every claim through the client that openapi-generator made for Go.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"reflect"

	openapi "claims/openapi"
)

func plain(address string) (value any) {
	response, err := http.Get(address)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	_ = json.Unmarshal(body, &value)
	return value
}

func main() {
	server := os.Args[1]
	configuration := openapi.NewConfiguration()
	configuration.Servers = openapi.ServerConfigurations{{URL: server}}
	client, background := openapi.NewAPIClient(configuration), context.Background()
	var same, total int32
	for cursor := ""; ; {
		asked := client.ClaimsAPI.ListClaims(background).Limit(50)
		if cursor != "" {
			asked = asked.Cursor(cursor)
		}
		page, _, err := asked.Execute()
		if err != nil {
			panic(err)
		}
		total = page.Total
		for _, each := range page.Items {
			var claim *openapi.Claim
			claim, _, err = client.ClaimsAPI.GetClaim(background, each.Id).Execute()
			if err != nil {
				panic(err)
			}
			var written any
			bytes, _ := json.Marshal(claim)
			_ = json.Unmarshal(bytes, &written)
			if claim.Attribution != "" && reflect.DeepEqual(written, plain(server+"/claims/"+each.Id)) {
				same++
			} else {
				fmt.Println(each.Id, "is different")
			}
		}
		next := page.Next.Get()
		if next == nil {
			break
		}
		address, _ := url.Parse(*next)
		cursor = address.Query().Get("cursor")
	}
	_, refused, _ := client.ClaimsAPI.ListClaims(background).Limit(0).Execute()
	fmt.Printf("%d of %d claims\n", same, total)
	if same != total || refused.StatusCode != 400 {
		os.Exit(1)
	}
}
